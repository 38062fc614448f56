"""Given names that people have, one line per script or language: no two may be taken for one another."""

GIVEN_NAMES = {
    'Latin': """
        Aaron Abel Abigail Ada Adam Adela Adrian Agnes Aida Aiden Aisha Alan Albert Alec Alejandro Alex Alexander Alfred Ali Alice Alina
        Allan Alma Alva Amadou Amanda Amelia Amélie Amin Amir Amos Amy Ana Anais André Andrea Andreas Andrei Angela Angelo Anil Anita
        Ann Anna Anne Annie Anton Antonia Ari Arif Arno Arthur Asha Astrid Axel Ayşe Barbara Basil Beat Beate Ben Benno Bernd Beth
        Bill Björn Bo Bob Boris Brian Bruno Camila Camilla Can Carl Carla Carlo Carlos Carmen Carol Cecilia Celia Chloé Clara Claude
        Claudia Clive Dagmar Dan Dana Daniel Daniela Dario David Dee Dean Diana Dick Diego Dina Dirk Don Dora Doris Đorđe Duc Earl
        Ed Eda Eileen Elena Eli Elias Elif Elin Elisa Ella Ellen Ellis Elsa Emil Emilia Emily Emma Eric Erik Erika Erin Ernest Esra
        Eva Evan Eve Fatima Felix Finn Flo Flora Florian Frank Franz Frida Fritz Gabriel Gail Gaël Gerd Gerda Gina Giulia Greta Gül
        Hana Hanna Hannah Hans Heidi Helen Helena Helga Henri Henry Hugo Ian Ida Igor Ilan Ines Inga Inge Ingo Ira Irene Iris Irma
        Isa Isabel Ivan İbrahim Jack Jan Jana Jane Jean Jens Jill Jim Jo Joan João Joe Johan Johann John Jon Jonas José Josef
        Juan Judit Judith Julia Julian Julie Kai Karen Karin Karl Karla Kate Kay Kim Kira Kirk Klara Klaus Lan Lana Lara Lars Laura
        Lea Leah Leila Lena Leo Leon Leona Li Lia Lian Liam Lila Lili Lilly Lin Lina Linda Ling Lisa Liv Lola Lou Louis Louise Łukasz
        Luca Lucas Lucia Lucie Luis Luisa Luka Luke Lukas Lynn Mae Maja Malik Malin Mara Marc Marcel Marco Maria Marie Marina Mario
        Mark Marko Markus Marta Martha Martin Mary Mateo Maud Max May Maya Mehmet Mei Mia Micha Mila Milan Miles Milo Mina Mira
        Miriam Mirko Mona Muhammad Nadia Nadja Naomi Neil Nell Nelly Nick Nico Nicola Niels Nils Nina Noah Noam Noel Noël Nora Nuno
        Olaf Ole Oleg Olga Oliver Olivia Omar Oscar Oskar Otto Ozan Pablo Pam Paola Pat Paul Paula Pavel Peer Per Peter Petra Phil
        Pia Piet Pilar Rahel Ralf Ralph Ramon Raul Ravi Ray Remo Rene René Rita Rob Robin Roland Rolf Roman Ron Rosa Rose Roy Rudi
        Ruth Sally Sam Samir Samira Sandra Sara Sarah Şirin Sean Selim Selma Seth Sigrid Simon Simone Sina Siri Sofia Sofie Sonja
        Søren Stefan Stella Sten Sue Sven Tamar Tanja Tara Ted Teo Thea Theo Thi Thor Till Tilo Tim Timo Tina Tobias Tom Tomas Toni
        Tony Trang Udo Ulf Uli Ulla Ulrich Uma Ursula Ute Uwe Vera Verena Victor Vincent Vito Vivian Walter Wanda Wei Wendy Werner
        Will Willi Wim Xaver Yan Yann Yara Yasmin Yves Yvonne Zara Zoe Zoé Zoltán
    """,
    'Greek': """
        Αγγελική Αθηνά Αλέξανδρος Αλέξης Ανδρέας Άννα Αντώνης Άρης Βασίλης Βασιλική Γιάννης Γιώργος Δέσποινα Δημήτρης Ειρήνη Ελένη
        Εύα Ευαγγελία Ζωή Ηλίας Θανάσης Θεόδωρος Ιωάννα Κατερίνα Κώστας Λευτέρης Λουκάς Μαρία Μάριος Μιχάλης Νίκη Νίκος Ξένια
        Όλγα Παναγιώτης Παύλος Πέτρος Ρένα Σοφία Σπύρος Στέλιος Τάσος Φανή Φίλιππος Χαρά Χρήστος
    """,
    'Cyrillic': """
        Александр Алексей Алиса Алла Алёна Анастасия Анатолий Андрей Анна Антон Артём Борис Вадим Валентин Валерий Варвара Василий
        Вера Виктор Виталий Владимир Владислав Вячеслав Галина Георгий Глеб Григорий Дарья Денис Дмитрий Ева Евгений Екатерина Елена
        Елизавета Иван Игорь Илья Ирина Кирилл Константин Ксения Лариса Лев Лидия Любовь Людмила Максим Марина Мария Матвей Михаил
        Надежда Наталья Никита Николай Нина Оксана Олег Ольга Павел Пётр Полина Роман Руслан Светлана Семён Сергей София Степан
        Тамара Татьяна Тимофей Фёдор Юлия Юрий Яна Ярослав Їжак Ірина Олексій Ђорђе Љубица Њега Ћира
    """,
    'Armenian': 'Անահիտ Անի Արամ Արմեն Գոռ Դավիթ Հայկ Նարե Նարեկ Մարիամ Սոնա Տիգրան Վահագն',
    'Georgian': 'ანა გიორგი დავით ელენე ვახტანგ თამარ ირაკლი ლევან მარიამ ნინო სალომე შოთა ხატია',
    'Hebrew': 'אבי אדם אורי אלון אסתר גיל דוד דן דנה חנה טל יוסף יעל ליאור מיכל משה נועה נעמי עדן רון רות שירה שרה תמר',
    'Arabic': """
        أحمد إبراهيم أمينة إيمان آدم بسمة بلال جمال حسن حسين خالد خديجة دينا رانيا ريم زينب سارة سامي سعاد سلمى سمير صالح عائشة عبدالله
        عثمان علي عمر فاطمة فريد كريم ليلى محمد محمود مريم منى ناصر نور هدى هشام وليد ياسر ياسمين يوسف پریسا گلناز ژاله
    """,
    'Devanagari': 'अजय अनिता अमित अर्जुन आशा कमला कविता गीता दीपक नेहा प्रिया मनोज मीना मोहन राजेश राम रीता विजय संजय सीता सुनील हरि',
    'Bengali': 'অমিত অনিতা আনন্দ কমল গীতা তানিয়া নীলা পলাশ রহিম রিয়া সুমন সুমি',
    'Tamil': 'அருண் கமலா குமார் செல்வி தமிழ் பிரியா மாலா முருகன் ராஜா வள்ளி',
    'Thai': 'กานดา ชัย นิด ปรีชา มาลี วิชัย ศรี สมชาย สมศักดิ์ สุดา อรุณ แดง',
    'Japanese': """
        さくら ひなた ゆい あおい はると そうた りん めい けん じゅん サクラ マリ ケン エマ 太郎 次郎 花子 健 翔 陽菜 美咲 大輔 直樹 由美
        恵子 和子 一郎 三郎 愛 葵 蓮 結衣 山田 田中 鈴木 佐藤
    """,
    'Chinese': '伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 涛 明 超 秀英 霞 平 刚 桂英 小红 小明 李 王 张 刘 陈 杨 黄 赵 吴 周 天 夫 大 太',
    'Korean': '민준 서연 도윤 서준 지우 하은 지민 예준 수아 하준 은주 영희 철수 지훈 미영 정민 현우 유진 김 이 박 최',
}

WRITTEN_ALIKE = {
    ('Ema', 'Erna'): 'r and n beside each other are an m',
    ('Amie', 'Arnie'): 'as Ema',
    ('Ama', 'Arna'): 'as Ema',
    ('علي', 'على'): 'the dots of a last ya are often left out; both are Ali',
    ('אן', 'או'): 'a final nun is a longer waw',
    ('ตา', 'ดา'): 'to and do differ in the size of a loop',
    ('士郎', '土郎'): 'one stroke of two is longer',
    ('戸田', '戶田'): 'two forms of one character',
    ('カ', '力'): 'a syllable and the character it came from',
}
